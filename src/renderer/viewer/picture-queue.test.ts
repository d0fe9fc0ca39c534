import { expect, it } from 'vitest';
import { PictureQueue } from './picture-queue.ts';

it('gives the newest picture that is due, never an older one after it, and drops the rest', () => {
  const dropped: string[] = [];
  const queue = new PictureQueue<string>((picture) => dropped.push(picture));
  for (const place of [3, 1, 2, 5]) queue.put(place, `p${place}`);
  expect(queue.take(0)).toBeUndefined();
  expect(queue.take(2)).toBe('p2');
  expect(dropped).toEqual(['p1']);
  expect(queue.take(2)).toBeUndefined();
  queue.put(1, 'late');
  expect(queue.take(4)).toBe('p3');
  expect(dropped).toEqual(['p1', 'late']);
  expect(queue.size).toBe(1);
  queue.put(5, 'again');
  queue.clear();
  expect(dropped).toEqual(['p1', 'late', 'p5', 'again']);
  queue.put(0, 'first');
  expect(queue.take(0)).toBe('first');
});
