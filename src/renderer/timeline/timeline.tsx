import { useEffect, useMemo } from 'react';
import { keepTimelineLook } from '../state/preferences.ts';
import { currentSequence } from '../state/queries.ts';
import { useStudio } from '../state/studio.ts';
import { useTimelineLook } from '../state/timeline-view.ts';
import { layoutTimeline, RULER } from './layout.ts';
import { TimelineScrollBar } from './scroll-bar.tsx';
import { TimelineBar } from './timeline-bar.tsx';
import { TimelineCanvas } from './timeline-canvas.tsx';
import { TrackHeads } from './track-heads.tsx';

const NOTHING = { rows: [], clips: [], directions: [], height: RULER };

/** Tracks, clips, what was captured of them, and the lane on which emotions are directed. */
export function Timeline() {
  const project = useStudio((state) => state.project);
  const sequence = useStudio(currentSequence);
  const lanes = useTimelineLook((look) => look.lanes);
  const trackScale = useTimelineLook((look) => look.trackScale);
  useEffect(keepTimelineLook, []);
  const layout = useMemo(
    () => (project && sequence ? layoutTimeline(project, sequence, trackScale, lanes) : NOTHING),
    [project, sequence, trackScale, lanes],
  );
  return (
    <div className="timeline">
      <TimelineBar />
      <div className="timeline-body">
        <TrackHeads layout={layout} />
        <TimelineCanvas layout={layout} />
      </div>
      <TimelineScrollBar />
    </div>
  );
}
