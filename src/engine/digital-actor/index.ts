export { digitalActorFixture, type FixtureOptions } from './fixture.ts';
export type { GroundTruth } from './ground-truth.ts';
export { ACTOR_MOODS, type ActorMood } from './motion.ts';
export { type DigitalActorOptions, readGroundTruth, renderDigitalActor, truthPath } from './render-actor.ts';
export { ACTOR_VARIANTS, type ActorId } from './variant.ts';
