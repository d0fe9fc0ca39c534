import { type ReactNode, useId, useRef } from 'react';

/** A button that opens something over everything else; a click elsewhere or Escape closes it. */
export function Popover({
  label,
  title,
  above = false,
  children,
}: {
  label: string;
  title: string;
  /** Whether it opens over the button where it can: what lies below is looked at meanwhile. */
  above?: boolean;
  children: (close: () => void) => ReactNode;
}) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const place = (): void => {
    const [from, element] = [button.current?.getBoundingClientRect(), panel.current];
    if (!from || !element) return;
    const { width, height } = element.getBoundingClientRect();
    const [over, under] = [from.top - 4 - height, from.bottom + 4];
    const upwards = above ? over >= 4 : under + height > innerHeight;
    element.style.left = `${Math.max(4, Math.min(from.left, innerWidth - width - 4))}px`;
    element.style.top = `${upwards ? Math.max(4, over) : under}px`;
  };
  return (
    <>
      <button ref={button} type="button" className="quiet" title={title} popoverTarget={id}>
        {label}
      </button>
      <div
        ref={panel}
        id={id}
        popover="auto"
        className="popover"
        onToggle={({ newState }) => newState === 'open' && place()}
      >
        {children(() => panel.current?.hidePopover())}
      </div>
    </>
  );
}
