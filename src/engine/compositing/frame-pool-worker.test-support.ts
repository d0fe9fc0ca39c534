import { serveFrames } from './frame-pool.ts';

// Square roots, but no negative ones.
serveFrames((request: number) => {
  if (request < 0) throw new Error(`${request} has no root`);
  return Math.sqrt(request);
});
