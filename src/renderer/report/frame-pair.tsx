import { useEffect, useRef } from 'react';
import { frames, toBitmap } from '../engine/frames.ts';
import { useStudio } from '../state/studio.ts';

const WIDTH = 240;
/** One after the other: thumbnails wait for one another rather than for the viewer. */
let turn: Promise<unknown> = Promise.resolve();

/** A frame of the sequence before and after, small. */
export function FramePair({ sequence, frame }: { sequence: string; frame: number }) {
  const before = useRef<HTMLCanvasElement>(null);
  const after = useRef<HTMLCanvasElement>(null);
  const handle = useStudio(({ open }) => open?.handle);
  useEffect(() => {
    if (handle === undefined) return undefined;
    let over = false;
    const draw = async (canvas: HTMLCanvasElement | null, side: 'source' | 'edited'): Promise<void> => {
      if (over || !canvas) return;
      const wish = { stream: 'report', handle, sequence, frame, side, quality: 'half', width: WIDTH } as const;
      const answer = await frames.request({ ...wish, mode: 'queue' });
      if (!answer || over) return;
      const picture = await toBitmap(answer);
      canvas.width = picture.width;
      canvas.height = picture.height;
      canvas.getContext('2d')?.drawImage(picture, 0, 0);
      picture.close();
    };
    turn = turn
      .then(() => draw(before.current, 'source'))
      .then(() => draw(after.current, 'edited'))
      .catch(() => undefined);
    return () => {
      over = true;
    };
  }, [handle, sequence, frame]);
  return (
    <span className="frame-pair">
      <canvas ref={before} role="img" aria-label={`Frame ${frame} of the source`} />
      <canvas ref={after} role="img" aria-label={`Frame ${frame} edited`} />
    </span>
  );
}
