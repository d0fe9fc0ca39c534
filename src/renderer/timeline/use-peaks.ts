import { useEffect, useRef, useState } from 'react';
import { useStudio } from '../state/studio.ts';

/** Waveforms by media id, fetched once per media item. */
export function usePeaks(): ReadonlyMap<string, Int8Array> {
  const sources = useStudio((state) => state.sources);
  const media = useStudio(({ project }) => project?.media);
  const [peaks, setPeaks] = useState<ReadonlyMap<string, Int8Array>>(new Map());
  const asked = useRef(new Set<string>());
  useEffect(() => {
    for (const { media: id, source } of Object.values(sources)) {
      if (!source || !media?.[id]?.hasAudio || asked.current.has(source)) continue;
      asked.current.add(source);
      void fetch(`/media/${source}/peaks?perSecond=100`)
        .then(async (answer) => (answer.ok ? new Int8Array(await answer.arrayBuffer()) : undefined))
        .then(
          (data) => data && setPeaks((old) => new Map(old).set(id, data)),
          () => undefined,
        );
    }
  }, [sources, media]);
  return peaks;
}
