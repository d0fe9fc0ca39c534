import { useState } from 'react';

/** A number to be typed; taken with Enter or when the field is left, given up with Escape. */
export function NumberField({
  label,
  value,
  min,
  max,
  disabled,
  digits = 2,
  onTake,
}: {
  label: string;
  value: number;
  min: number;
  max: number;
  disabled: boolean;
  /** Digits behind the point. */
  digits?: number;
  onTake: (value: number) => void;
}) {
  const [typed, setTyped] = useState<string>();
  const take = (): void => {
    const next = Number((typed ?? '').replace(',', '.'));
    setTyped(undefined);
    if (typed === undefined || typed.trim() === '' || !Number.isFinite(next)) return;
    const held = Math.max(min, Math.min(max, next));
    if (held !== value) onTake(held);
  };
  return (
    <input
      className="number-field numbers"
      inputMode="decimal"
      aria-label={`${label}, as a number`}
      value={typed ?? value.toFixed(digits)}
      disabled={disabled}
      onFocus={({ target }) => target.select()}
      onChange={({ target }) => setTyped(target.value)}
      onBlur={take}
      onKeyDown={(event) => {
        if (event.key === 'Enter') take();
        else if (event.key === 'Escape') setTyped(undefined);
        else return;
        event.stopPropagation();
      }}
    />
  );
}
