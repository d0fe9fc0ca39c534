import { EMOTION_LABELS, type EmotionLabel, MAX_INTENSITY } from '../contract/emotion.ts';
import { EMOTION_COLOURS } from './emotions.ts';

/**
 * Where the labels stand on the plane of valence (right: pleasant) and arousal (up: excited), after Russell's circumplex
 * (1980); at distance 1 an emotion has intensity 1.
 */
export const EMOTION_PLACES: Readonly<Record<EmotionLabel, readonly [number, number]>> = {
  neutral: [0, 0],
  happy: [0.94, 0.34],
  surprised: [0.5, 0.87],
  afraid: [-0.42, 0.91],
  angry: [-0.8, 0.6],
  disgusted: [-0.98, 0.2],
  contempt: [-0.97, -0.26],
  sad: [-0.64, -0.77],
};

const SIZE = 208;
const RADIUS = 66;
/** Nearer to the middle than this it is neutral. */
const STILL = 0.15;

/** The label whose direction is nearest, and how far out: its intensity. */
export function emotionAt(valence: number, arousal: number): { label: EmotionLabel; intensity: number } {
  const distance = Math.hypot(valence, arousal);
  if (distance < STILL) return { label: 'neutral', intensity: 1 };
  let label: EmotionLabel = 'neutral';
  let best = -Infinity;
  for (const one of EMOTION_LABELS) {
    const [v, a] = EMOTION_PLACES[one];
    const nearness = (v * valence + a * arousal) / Math.max(1e-6, Math.hypot(v, a));
    if (one !== 'neutral' && nearness > best) [best, label] = [nearness, one];
  }
  return { label, intensity: Math.min(MAX_INTENSITY, Math.round(distance * 20) / 20) };
}

/** The valence-arousal plane with the emotions on it: the direction chooses, the distance is how strong. */
export function EmotionWheel({
  label,
  intensity,
  onChange,
  onEnd,
  onDropped,
}: {
  label: EmotionLabel | null;
  intensity: number;
  onChange: (label: EmotionLabel, intensity: number) => void;
  onEnd?: () => void;
  /** A label was dragged to the timeline; without it they cannot be dragged. */
  onDropped?: () => void;
}) {
  const at = (event: React.PointerEvent): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const to = emotionAt(
      (event.clientX - box.left - box.width / 2) / RADIUS,
      -(event.clientY - box.top - box.height / 2) / RADIUS,
    );
    onChange(to.label, to.intensity);
  };
  const spot = (v: number, a: number): React.CSSProperties => ({
    left: SIZE / 2 + v * RADIUS,
    top: SIZE / 2 - a * RADIUS,
  });
  const [v, a] = label ? EMOTION_PLACES[label] : [0, 0];
  return (
    <div className="emotion-wheel" style={{ width: SIZE, height: SIZE }}>
      <div
        className="wheel-plane"
        aria-hidden="true"
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          at(event);
        }}
        onPointerMove={(event) => event.buttons === 1 && at(event)}
        onPointerUp={onEnd}
      >
        <span className="wheel-ring" style={{ width: 2 * RADIUS, height: 2 * RADIUS }} />
        <span className="wheel-axis across" />
        <span className="wheel-axis" />
        <span className="wheel-axis-name across">{'valence \u2192'}</span>
        <span className="wheel-axis-name">{'\u2191 arousal'}</span>
        {label && <span className="wheel-spot" style={spot(v * intensity, a * intensity)} />}
      </div>
      {EMOTION_LABELS.map((one) => {
        const [x, y] = EMOTION_PLACES[one];
        return (
          <button
            key={one}
            type="button"
            draggable={onDropped !== undefined}
            className={one === label ? 'wheel-label on' : 'wheel-label'}
            style={{ ...spot(x * 1.22, y * 1.22), '--emotion': EMOTION_COLOURS[one] } as React.CSSProperties}
            onDragStart={(event) => event.dataTransfer.setData('application/x-retake-emotion', one)}
            onDragEnd={onDropped}
            onClick={() => {
              onChange(one, one === 'neutral' ? 1 : intensity > 0 ? intensity : 1);
              onEnd?.();
            }}
          >
            {one}
          </button>
        );
      })}
    </div>
  );
}
