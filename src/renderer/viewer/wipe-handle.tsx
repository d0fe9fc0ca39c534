import { useStudio } from '../state/studio.ts';
import type { Stage } from './stage.ts';

/** The line between source and edit; drag it, or move it with the arrows. */
export function WipeHandle({ stage }: { stage: Stage }) {
  const wipe = useStudio((state) => state.wipe);
  const set = (value: number): void => useStudio.setState({ wipe: Math.max(0, Math.min(1, value)) });
  const x = (stage.lefts[0]! + stage.width * wipe) / devicePixelRatio;
  const drag = (event: React.PointerEvent<HTMLDivElement>): void => {
    if (event.buttons !== 1) return;
    const box = event.currentTarget.parentElement!.getBoundingClientRect();
    set(((event.clientX - box.left) * devicePixelRatio - stage.lefts[0]!) / stage.width);
  };
  return (
    <div
      className="wipe-handle"
      role="slider"
      tabIndex={0}
      aria-label="Place of the wipe"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(wipe * 100)}
      style={{ left: x, top: stage.top / devicePixelRatio, height: stage.height / devicePixelRatio }}
      onPointerDown={(event) => {
        event.stopPropagation();
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={drag}
      onKeyDown={(event) => {
        if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
        event.preventDefault();
        event.stopPropagation();
        set(wipe + (event.key === 'ArrowLeft' ? -0.02 : 0.02));
      }}
    />
  );
}
