import { expect, it } from 'vitest';
import { digitalActorFixture } from '../../digital-actor/index.ts';
import { openVideo } from '../../media/index.ts';
import { nextWish, ThumbnailReader } from './thumbnail-reader.ts';

const wish = (path: string, frame: number) => ({ path, frame });

it('goes on in the open film, begins it anew when all others lie behind, then takes the film asked for first', () => {
  const wishes = [wish('b', 9), wish('a', 2), wish('a', 7), wish('a', 5)];
  expect(nextWish(wishes, 'a', 4)).toBe(wishes[3]);
  expect(nextWish(wishes, 'a', 6)).toBe(wishes[2]);
  expect(nextWish(wishes, 'a', 8)).toBe(wishes[1]);
  expect(nextWish(wishes, 'c', 8)).toBe(wishes[0]);
  expect(nextWish(wishes, undefined, 0)).toBe(wishes[0]);
  expect(nextWish([], 'a', 0)).toBeUndefined();
});

it('meets wishes that come at once, in order of the film; refuses what is no film, and goes on', async () => {
  const { path } = await digitalActorFixture();
  await using source = await openVideo(path);
  let urgent = true;
  setTimeout(() => {
    urgent = false;
  }, 100);
  await using reader = new ThumbnailReader(() => urgent);
  const order: number[] = [];
  const read = async (frame: number): Promise<void> => {
    const got = await reader.read(path, frame);
    order.push(got.index);
    const wanted = await source.frameAt(got.index);
    expect(Buffer.compare(got.picture.planes[0] as Uint8Array, wanted.picture.planes[0] as Uint8Array)).toBe(0);
    wanted.release();
    got.release();
  };
  const refused = expect(reader.read(`${path}.nothing`, 0)).rejects.toMatchObject({ code: 'file-not-found' });
  await Promise.all([read(9), read(3), read(6), read(1e6)]);
  await refused;
  expect(order).toEqual([3, 6, 9, source.frameCount - 1]);
  await read(2);
});
