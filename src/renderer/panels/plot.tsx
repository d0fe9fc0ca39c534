import { useEffect, useRef } from 'react';

/** One line of a plot: values of consecutive frames, NaN where there is none. */
export interface PlotLine {
  readonly colour: string;
  readonly dashed?: boolean;
  readonly stretches: readonly { readonly firstFrame: number; readonly values: ArrayLike<number> }[];
}

/** A stretch of frames that is marked along the bottom. */
export interface PlotMark {
  readonly from: number;
  readonly until: number;
  readonly colour: string;
  /** Row of marks from the bottom. */
  readonly row: number;
}

interface PlotProps {
  readonly label: string;
  readonly lines: readonly PlotLine[];
  readonly marks?: readonly PlotMark[];
  /** Frames [first, end). */
  readonly range: readonly [number, number];
  readonly frame: number;
  /** Values at the bottom and at the top. */
  readonly span: readonly [number, number];
  readonly height: number;
  readonly grid?: readonly number[];
  readonly onSeek: (frame: number) => void;
}

const MARK = 4;

function paint(context: CanvasRenderingContext2D, width: number, props: PlotProps): void {
  const { lines, marks = [], range, frame, span, height, grid = [] } = props;
  const foot = 4 + MARK * (marks.length > 0 ? 1 + Math.max(...marks.map(({ row }) => row)) : 0);
  const [from, until] = range;
  const [low, high] = span;
  const xOf = (at: number): number => ((at - from) / Math.max(1, until - from)) * width;
  const yOf = (value: number): number =>
    height - foot - ((Math.max(low, Math.min(high, value)) - low) / (high - low)) * (height - foot - 4);
  context.fillStyle = '#141516';
  context.fillRect(0, 0, width, height);
  context.strokeStyle = '#2a2b2e';
  context.lineWidth = 1;
  for (const level of grid) {
    context.beginPath();
    context.moveTo(0, Math.round(yOf(level)) + 0.5);
    context.lineTo(width, Math.round(yOf(level)) + 0.5);
    context.stroke();
  }
  for (const mark of marks) {
    context.fillStyle = mark.colour;
    const x = xOf(mark.from);
    context.fillRect(x, height - MARK * (mark.row + 1), Math.max(2, xOf(mark.until) - x), MARK - 1);
  }
  for (const { colour, dashed, stretches } of lines) {
    context.strokeStyle = colour;
    context.lineWidth = 1.5;
    context.setLineDash(dashed ? [4, 3] : []);
    for (const { firstFrame, values } of stretches) {
      context.beginPath();
      let pen = false;
      for (let row = 0; row < values.length; row++) {
        const value = values[row]!;
        if (Number.isNaN(value)) pen = false;
        else if (pen) context.lineTo(xOf(firstFrame + row + 0.5), yOf(value));
        else {
          context.moveTo(xOf(firstFrame + row + 0.5), yOf(value));
          pen = true;
        }
      }
      context.stroke();
    }
  }
  context.setLineDash([]);
  if (frame < from || frame >= until) return;
  context.fillStyle = '#f2f2f0';
  context.fillRect(Math.round(xOf(frame + 0.5)), 0, 1, height);
}

/** Curves over the frames of a clip; a click puts the playhead there. */
export function Plot(props: PlotProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { label, range, height, onSeek } = props;
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context) return undefined;
    const draw = (): void => {
      const width = element.clientWidth;
      element.width = Math.round(width * devicePixelRatio);
      element.height = Math.round(height * devicePixelRatio);
      context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
      paint(context, width, props);
    };
    draw();
    const watch = new ResizeObserver(draw);
    watch.observe(element);
    return () => watch.disconnect();
  });
  const seekTo = (event: React.PointerEvent<HTMLCanvasElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    onSeek(Math.floor(range[0] + ((event.clientX - box.left) / box.width) * (range[1] - range[0])));
  };
  return (
    <canvas
      ref={canvas}
      className="plot"
      role="img"
      style={{ height }}
      aria-label={label}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        seekTo(event);
      }}
      onPointerMove={(event) => event.buttons === 1 && seekTo(event)}
    />
  );
}
