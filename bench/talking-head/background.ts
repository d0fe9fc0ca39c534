import { allocatePicture, planeSize } from '../../src/core/picture.ts';
import { buildHeadField } from '../../src/engine/talking-head/head-field.ts';
import { type Portrait, portraitPose, type TalkingPerformance } from '../../src/engine/talking-head/index.ts';
import { PortraitComposer } from '../../src/engine/talking-head/portrait-composer.ts';

/** Frames that are looked at. */
const LOOKS = 12;

/**
 * Samples outside the head (where the head field's share is 0, and above the chin, which the jaw cannot reach) that
 * differ from the portrait's own in any of a dozen frames.
 */
export function backgroundChanges(portrait: Portrait, performance: TalkingPerformance): number {
  const { picture, face, model, coefficients } = portrait.setup;
  const head = buildHeadField(face, model.triangles, picture.width, picture.height);
  const composer = new PortraitComposer(portrait.setup);
  const target = allocatePicture(picture.width, picture.height, picture.layout, picture.colour);
  const [width, height] = planeSize(picture.layout, picture.width, picture.height, 0);
  const outside = (x: number, y: number): boolean => {
    const i = Math.floor((x - head.rect.x) / head.cell);
    const j = Math.floor((y - head.rect.y) / head.cell);
    if (i < 0 || j < 0 || i >= head.columns - 1 || j >= head.rows - 1) return true;
    const at = j * head.columns + i;
    return [0, 1, head.columns, head.columns + 1].every((step) => head.share[at + step] === 0);
  };
  let changed = 0;
  for (let look = 0; look < LOOKS; look++) {
    const frame = Math.floor(((look + 0.5) * performance.frames) / LOOKS);
    composer.compose(portraitPose(coefficients, performance, frame), target);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        if (target.planes[0]![y * width + x] !== picture.planes[0]![y * width + x] && outside(x, y)) changed++;
  }
  return changed;
}
