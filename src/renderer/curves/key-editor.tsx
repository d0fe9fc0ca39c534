import { useEffect, useRef, useState } from 'react';
import type { EditRequest } from '../../core/document/edit.ts';
import type { NumberSpec } from '../../core/document/effect-kinds.ts';
import { type Effect, parameterOf } from '../../core/document/effect-schema.ts';
import { INTERPOLATIONS, type NumberKey, type NumberParameter, valueAt } from '../../core/document/parameter.ts';
import type { ClipPlace } from '../panels/clip-place.ts';
import { openMenu } from '../panels/context-menu.tsx';
import { beginGesture, edit, type Gesture } from '../state/editing.ts';
import { useStudio } from '../state/studio.ts';
import { handleOf, withHandle, withInterpolation, withKeyAt } from './key-math.ts';

const HEIGHT = 180;
const PAD = 12;

/** The keys of a number over the clip: drag keys and handles, double-click for a new key, right click for more. */
export function KeyEditor({
  effect,
  name,
  spec,
  place,
  mediaFrame,
}: {
  effect: Effect;
  name: string;
  spec: NumberSpec;
  place: ClipPlace;
  mediaFrame: number;
}) {
  const svg = useRef<SVGSVGElement>(null);
  const [width, setWidth] = useState(320);
  const readOnly = useStudio(({ open }) => open?.readOnly === true);
  const parameter = parameterOf(effect, name) as NumberParameter | undefined;
  const keys = parameter?.kind === 'keyed' ? parameter.keys : [];
  useEffect(() => {
    const element = svg.current;
    if (!element) return undefined;
    const watch = new ResizeObserver(() => setWidth(element.clientWidth));
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  const [from, until] = place.range;
  const xOf = (frame: number): number => PAD + ((frame - from) / Math.max(1, until - 1 - from)) * (width - 2 * PAD);
  const yOf = (value: number): number =>
    HEIGHT - PAD - ((value - spec.min) / (spec.max - spec.min)) * (HEIGHT - 2 * PAD);
  const frameOf = (x: number): number => from + ((x - PAD) / Math.max(1, width - 2 * PAD)) * (until - 1 - from);
  const levelOf = (y: number): number => spec.min + ((HEIGHT - PAD - y) / (HEIGHT - 2 * PAD)) * (spec.max - spec.min);
  const at = (event: { clientX: number; clientY: number }): { frame: number; value: number } => {
    const box = svg.current!.getBoundingClientRect();
    return { frame: frameOf(event.clientX - box.left), value: levelOf(event.clientY - box.top) };
  };
  const put = (next: readonly NumberKey[]): EditRequest => ({
    edit: 'setParameter',
    args: { effect: effect.id, parameter: name, value: { kind: 'keyed', keys: [...next] } },
  });
  const drag = (event: React.PointerEvent, label: string, keysAt: (to: PointerEvent) => NumberKey[]): void => {
    if (readOnly || event.button !== 0) return;
    event.preventDefault();
    event.stopPropagation();
    const target = event.currentTarget as SVGElement;
    target.setPointerCapture(event.pointerId);
    let running: Promise<Gesture | undefined> | undefined;
    const move = (pointer: PointerEvent): void => {
      running ??= beginGesture(label);
      const next = keysAt(pointer);
      void running.then((gesture) => gesture?.update([put(next)]));
    };
    const end = (): void => {
      target.removeEventListener('pointermove', move);
      void running?.then((gesture) => gesture?.finish());
    };
    target.addEventListener('pointermove', move);
    target.addEventListener('pointerup', end, { once: true });
    target.addEventListener('pointercancel', end, { once: true });
  };
  const steps = Math.max(2, Math.round(width / 3));
  const line = Array.from({ length: steps + 1 }, (_, i) => {
    const frame = from + (i / steps) * (until - 1 - from);
    return `${xOf(frame).toFixed(1)},${yOf(parameter ? valueAt(parameter, frame) : spec.initial).toFixed(1)}`;
  }).join(' ');
  const addKey = (event: React.MouseEvent): void => {
    if (readOnly) return;
    const { frame, value } = at(event);
    const key = {
      frame: Math.round(frame),
      value: Math.max(spec.min, Math.min(spec.max, value)),
      interpolation: 'bezier' as const,
      out: null,
      in: null,
    };
    void edit([{ edit: 'setKey', args: { effect: effect.id, parameter: name, key } }]);
  };
  const menu = (event: React.MouseEvent, index: number): void => {
    event.preventDefault();
    event.stopPropagation();
    openMenu(event.clientX, event.clientY, [
      ...INTERPOLATIONS.map((how) => ({
        label: `${how[0]!.toUpperCase()}${how.slice(1)} after this key`,
        disabled: keys[index]!.interpolation === how,
        run: () => void edit([put(withInterpolation(keys, index, how))], 'Change interpolation'),
      })),
      'rule',
      {
        label: 'Delete this key',
        run: () =>
          void edit([{ edit: 'deleteKey', args: { effect: effect.id, parameter: name, frame: keys[index]!.frame } }]),
      },
    ]);
  };
  return (
    <svg
      ref={svg}
      className="key-editor"
      height={HEIGHT}
      aria-label={`Keys of ${spec.label}. Double-click adds a key.`}
      data-testid="key-editor"
      onDoubleClick={addKey}
    >
      {[spec.min, (spec.min + spec.max) / 2, spec.max].map((level) => (
        <g key={level}>
          <line className="grid" x1={0} x2={width} y1={yOf(level)} y2={yOf(level)} />
          <text x={2} y={yOf(level) - 2}>
            {level}
          </text>
        </g>
      ))}
      <line className="now" x1={xOf(mediaFrame)} x2={xOf(mediaFrame)} y1={0} y2={HEIGHT} />
      <polyline points={line} />
      {keys.map((key, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a key that is dragged must stay the same element
        <g key={index}>
          {(['in', 'out'] as const).map((side) => {
            const handle = handleOf(keys, index, side);
            if (!handle) return null;
            const x = xOf(key.frame + (side === 'out' ? handle.frames : -handle.frames));
            const y = yOf(key.value + handle.value);
            return (
              <g key={side}>
                <line className="arm" x1={xOf(key.frame)} y1={yOf(key.value)} x2={x} y2={y} />
                <circle
                  className="handle"
                  data-handle={`${index} ${side}`}
                  cx={x}
                  cy={y}
                  r={5}
                  onPointerDown={(event) =>
                    drag(event, 'Bend curve', (to) => {
                      const { frame, value } = at(to);
                      return withHandle(keys, index, side, frame - key.frame, value - key.value, to.altKey);
                    })
                  }
                />
              </g>
            );
          })}
          {/* biome-ignore lint/a11y/noStaticElementInteractions: keys are set by keyboard in the inspector */}
          <rect
            className="key-mark"
            data-key={index}
            x={xOf(key.frame) - 5}
            y={yOf(key.value) - 5}
            width={10}
            height={10}
            transform={`rotate(45 ${xOf(key.frame)} ${yOf(key.value)})`}
            onPointerDown={(event) =>
              drag(event, 'Move key', (to) => {
                const { frame, value } = at(to);
                return withKeyAt(keys, index, frame, value, spec);
              })
            }
            onContextMenu={(event) => menu(event, index)}
            onDoubleClick={(event) => event.stopPropagation()}
          />
        </g>
      ))}
    </svg>
  );
}
