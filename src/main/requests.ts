import { z } from 'zod';

const text = z.string().max(4096);
const path = text.min(1);

/** What windows send is data from outside: it is taken as far as it is of this shape. See `InterfaceState`. */
export const interfaceStateSchema = z.strictObject({
  commands: z
    .array(
      z.strictObject({
        id: text,
        label: text,
        keys: z.array(z.string().max(64)).max(8).readonly(),
        enabled: z.boolean(),
      }),
    )
    .max(1000),
  recent: z.array(z.strictObject({ path, name: text })).max(200),
  project: z.strictObject({ path, name: text }).nullable(),
});

/** See `ChooseRequest`. */
export const chooseRequestSchema = z.strictObject({
  purpose: z.enum(['open-project', 'new-project', 'import-media', 'choose-style', 'export']),
  name: z.string().max(200).exactOptional(),
});

/** A path of a file. */
export const pathSchema = path;
