import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bundleOf } from '../../core/document/bundle.ts';
import { edited, fixtureProject } from '../../core/document/fixtures.test-support.ts';
import { dice, tryEdit } from '../../core/document/random-edits.test-support.ts';
import { writeFcpxml } from './fcpxml-write.ts';

interface Node {
  readonly name: string;
  readonly attributes: Record<string, string>;
  readonly children: Node[];
}

/** A strict reader of the XML that we write: throws where tags do not match or something is not escaped. */
function parseXml(text: string): Node {
  const body = text.replace(/^<\?xml[^>]*\?>\n<!DOCTYPE fcpxml>\n/, '');
  const root: Node = { name: '', attributes: {}, children: [] };
  const stack = [root];
  const tag = /<(\/?)([a-z-]+)((?: [A-Za-z]+="[^"<>]*")*)(\/?)>|([^<]+)/gy;
  while (tag.lastIndex < body.length) {
    const at = tag.lastIndex;
    const match = tag.exec(body);
    if (!match) throw new Error(`not well formed at ${body.slice(at, at + 60)}`);
    const [, closing, name = '', attributes = '', empty, content] = match;
    if (content !== undefined) {
      if (/&(?!#\d+;)|>/.test(content)) throw new Error(`not escaped: ${content}`);
    } else if (closing) {
      if (stack.pop()?.name !== name) throw new Error(`</${name}> closes nothing`);
    } else {
      const entries = [...attributes.matchAll(/ ([A-Za-z]+)="([^"]*)"/g)].map(
        ([, key, value]) => [key!, value!] as const,
      );
      if (entries.some(([, value]) => /&(?!#\d+;)/.test(value))) throw new Error(`not escaped: ${attributes}`);
      const node: Node = { name, attributes: Object.fromEntries(entries), children: [] };
      stack.at(-1)!.children.push(node);
      if (!empty) stack.push(node);
    }
  }
  if (stack.length !== 1) throw new Error(`${stack.at(-1)!.name} is not closed`);
  return root.children[0]!;
}

const all = (node: Node, name: string): Node[] => [
  ...(node.name === name ? [node] : []),
  ...node.children.flatMap((child) => all(child, name)),
];
const frames = (time: string): number => {
  const [, num, den] = /^(-?\d+)(?:\/(\d+))?s$/.exec(time)!;
  return (Number(num) / Number(den ?? 1)) * 25;
};

it('writes any timeline of ours as a well-formed spine without holes, every clip once, all references good', () => {
  fc.assert(
    fc.property(fc.array(dice, { minLength: 5, maxLength: 40 }), (rolls) => {
      let project = fixtureProject();
      for (const roll of rolls) project = tryEdit(project, roll)?.project ?? project;
      const bundle = bundleOf(project, 's1')!;
      const root = parseXml(writeFcpxml(bundle).text);
      const clips = all(root, 'asset-clip');
      expect(clips).toHaveLength(
        bundle.tracks.flatMap((track) => track.items).filter((item) => item.type === 'clip').length,
      );
      const assets = new Map(all(root, 'asset').map((asset) => [asset.attributes['id'], asset]));
      for (const clip of clips) expect(assets.has(clip.attributes['ref'])).toBe(true);
      let cursor = 0;
      for (const child of all(root, 'spine')[0]!.children.filter((node) => node.name !== 'transition')) {
        expect(frames(child.attributes['offset']!)).toBeCloseTo(cursor, 6);
        cursor += frames(child.attributes['duration']!);
      }
      expect(frames(all(root, 'sequence')[0]!.attributes['duration']!)).toBeCloseTo(cursor, 6);
    }),
    { numRuns: 50 },
  );
});

it('places connected clips in the time of what they hang on, and escapes names', () => {
  const clip = (track: string, duration: number, name: string) => ({ track, media: 'f6', duration, name });
  const project = edited(
    fixtureProject(),
    { edit: 'append', args: { clips: [clip('v2', 20, 'A & "B" <c>')] } },
    { edit: 'overwrite', args: { at: 5, clips: [clip('v3', 4, 'over')] } },
    { edit: 'overwrite', args: { at: 30, clips: [clip('a4', 6, 'sound')] } },
  );
  const { text, warnings } = writeFcpxml(bundleOf(project, 's1')!);
  expect(text).toContain('name="A &#38; &#34;B&#34; &#60;c&#62;"');
  const spine = all(parseXml(text), 'spine')[0]!;
  const [main, gap] = spine.children as [Node, Node];
  expect(main.children.find((node) => node.name === 'asset-clip')!.attributes).toMatchObject({
    lane: '1',
    offset: '1/5s',
  });
  expect(gap.name).toBe('gap');
  expect(gap.children[0]!.attributes).toMatchObject({
    lane: '-1',
    offset: '2/5s',
    duration: '6/25s',
    audioRole: 'dialogue',
  });
  expect(warnings).toEqual([]);
});
