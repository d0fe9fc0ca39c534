import { useEffect, useRef } from 'react';
import { useStudio } from '../state/studio.ts';
import { scaleNow, useTimelineLook } from '../state/timeline-view.ts';

/** The line at the current frame. It moves by itself, so that playing draws nothing of the timeline anew. */
export function Playhead() {
  const line = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const move = (): void => {
      const element = line.current;
      if (!element) return;
      const { frame, playing } = useStudio.getState();
      const { scroll, width } = useTimelineLook.getState();
      const x = (frame - scroll) * scaleNow();
      element.style.transform = `translateX(${Math.round(x)}px)`;
      element.style.visibility = x < 0 || x > width ? 'hidden' : 'visible';
      // While it plays the view turns its pages.
      if (playing && x > width) useTimelineLook.setState({ scroll: frame });
    };
    move();
    const ends = [useStudio.subscribe(move), useTimelineLook.subscribe(move)];
    return () => {
      for (const end of ends) end();
    };
  }, []);
  return <div ref={line} className="playhead" />;
}
