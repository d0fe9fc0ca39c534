import { describe, expect, it } from 'vitest';
import { BUILT_IN_STYLES, talkingStyleSchema } from '../../contract/talking-style.ts';
import { builtInStyle } from './built-in-styles.ts';
import { mixStyles, styleAtStrength } from './style-mix.ts';

describe('styles', () => {
  it('made of rules fit the schema', () => {
    for (const name of BUILT_IN_STYLES) expect(talkingStyleSchema.safeParse(builtInStyle(name)).success).toBe(true);
  });

  it('lie between two at a share, and beyond the second over 1', () => {
    const [calm, lively] = [builtInStyle('calm'), builtInStyle('lively')];
    expect(mixStyles(calm, lively, 0).mouth).toEqual(calm.mouth);
    expect(mixStyles(calm, lively, 1).head).toEqual(lively.head);
    expect(mixStyles(calm, lively, 0.5).head.yaw).toBeCloseTo((calm.head.yaw + lively.head.yaw) / 2);
    expect(styleAtStrength(lively, 1.5).head.yaw).toBeGreaterThan(lively.head.yaw);
    expect(styleAtStrength(lively, 0).posture['mouthSmileLeft']).toBeCloseTo(0);
  });

  it('stay within the schema when they are exaggerated', () => {
    const wild = { ...builtInStyle('rap'), mouth: { ...builtInStyle('rap').mouth, gain: 2.5, hold: 1 } };
    for (const strength of [0, 0.5, 1.5])
      expect(talkingStyleSchema.safeParse(styleAtStrength(wild, strength)).success).toBe(true);
  });
});
