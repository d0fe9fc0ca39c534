import { edit } from '../state/editing.ts';

/** The seed of what is made up: another number is another take. */
export function SeedRow({ effect, seed }: { effect: string; seed: number }) {
  return (
    <label className="row" title="Another number is another take of what is made up">
      Seed
      <input
        type="number"
        min={0}
        value={seed}
        onChange={({ target }) => {
          const next = Math.max(0, Math.round(Number(target.value) || 0));
          void edit([{ edit: 'setEffect', args: { effect, settings: { seed: next } } }], 'Set the seed');
        }}
      />
    </label>
  );
}
