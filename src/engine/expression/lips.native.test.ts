import { describe, expect, it } from 'vitest';
import { SHAPE_NAMES } from '../../core/performance.ts';
import { loadFaceModel, personaliseShapes } from '../capture/face-model/index.ts';
import { LIP_WIDTH_CM } from './lips.ts';

/** Corners of the lips. */
const [RIGHT, LEFT] = [61, 291] as const;

describe('LIP_WIDTH_CM', () => {
  it('says what the face model does', async () => {
    const model = await loadFaceModel();
    const { shapes } = personaliseShapes(model, model.neutral);
    SHAPE_NAMES.forEach((name, k) => {
      const width = shapes[k]![LEFT * 3]! - shapes[k]![RIGHT * 3]!;
      // Below half a millimetre nobody sees it; mouthLeft and mouthRight widen one side while they narrow the other.
      const said = LIP_WIDTH_CM[name.replace(/(Left|Right)$/, '')] ?? (/^mouth(Left|Right)$/.test(name) ? width : 0);
      expect.soft(Math.abs(width - said), name).toBeLessThan(0.07);
    });
  });
});
