import { z } from 'zod';
import { ERROR_CODES, type ErrorCode } from '../core/errors.ts';

/** Facts about a refusal that a machine can read. */
export const errorDetailsSchema = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]),
);

const refusal = { data: errorDetailsSchema };

/** Every way in which a procedure can refuse, in the form in which oRPC types errors: code, message, details. */
export const refusals = Object.fromEntries(ERROR_CODES.map((code) => [code, refusal])) as Record<
  ErrorCode,
  typeof refusal
>;
