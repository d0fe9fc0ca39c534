import { lengthOf } from '../state/queries.ts';
import { useStudio } from '../state/studio.ts';
import { fitScale, useTimelineLook } from '../state/timeline-view.ts';

/** Which part of the sequence is in sight; drag it. */
export function TimelineScrollBar() {
  const length = useStudio(lengthOf);
  const { pxPerFrame, scroll, width } = useTimelineLook();
  const scale = pxPerFrame ?? fitScale(width, length);
  const whole = Math.max(50, length * 1.08, scroll + width / scale);
  const shown = Math.min(1, width / scale / whole);
  return (
    <div className="timeline-scroll">
      <div
        className="timeline-thumb"
        style={{ left: `${(scroll / whole) * 100}%`, width: `${Math.max(2, shown * 100)}%` }}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={(event) => {
          if (event.buttons !== 1) return;
          const wide = event.currentTarget.parentElement!.clientWidth;
          const next = scroll + (event.movementX / wide) * whole;
          useTimelineLook.setState({ pxPerFrame: scale, scroll: Math.max(0, Math.min(whole - width / scale, next)) });
        }}
      />
    </div>
  );
}
