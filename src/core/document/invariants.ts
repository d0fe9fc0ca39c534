import { parameterOf } from './effect-schema.ts';
import { fitsMedia, normaliseLane } from './lane-normal.ts';
import type { Clip, Item, Marker, Project, Track } from './schema.ts';

type Report = (fault: string) => void;

function sortedMarkers(markers: readonly Marker[], where: string, report: Report): void {
  if (markers.some((marker, index) => index > 0 && markers[index - 1]!.frame > marker.frame))
    report(`${where}: markers out of order`);
}

function checkClip(project: Project, clip: Clip, track: Track, report: Report): void {
  const media = project.media[clip.media];
  const sequence = project.sequences[track.sequence];
  if (!media) {
    report(`clip ${clip.id}: no media ${clip.media}`);
    return;
  }
  if (sequence && !fitsMedia(clip, media, sequence.rate)) report(`clip ${clip.id}: outside its media`);
  if (track.kind === 'video' ? !media.hasVideo : !media.hasAudio) report(`clip ${clip.id}: wrong kind of track`);
  for (const id of clip.effects)
    if (project.effects[id]?.clip !== clip.id) report(`clip ${clip.id}: effect ${id} is not its own`);
  if (new Set(clip.effects).size !== clip.effects.length) report(`clip ${clip.id}: an effect twice`);
  sortedMarkers(clip.markers, `clip ${clip.id}`, report);
}

function checkTrack(project: Project, track: Track, seen: Set<string>, report: Report): void {
  const sequence = project.sequences[track.sequence];
  if (!sequence?.tracks.includes(track.id)) report(`track ${track.id}: not on its sequence`);
  const items: Item[] = [];
  for (const id of track.items) {
    const item = project.items[id];
    if (seen.has(id)) report(`item ${id}: on a track twice`);
    seen.add(id);
    if (item?.track !== track.id) report(`item ${id}: not on track ${track.id}`);
    if (!item) continue;
    items.push(item);
    if (item.type === 'clip') checkClip(project, item, track, report);
  }
  if (!sequence || items.some((item) => item.type === 'clip' && !project.media[item.media])) return;
  const normal = normaliseLane(items, (id) => project.media[id]!, sequence.rate);
  if (normal.length !== items.length || normal.some((item, index) => item !== items[index]))
    report(`track ${track.id}: gaps or transitions not in normal form`);
}

function checkLinks(project: Project, report: Report): void {
  const groups = new Map<string, Clip[]>();
  for (const item of Object.values(project.items))
    if (item.type === 'clip' && item.link !== null) groups.set(item.link, [...(groups.get(item.link) ?? []), item]);
  for (const [link, clips] of groups) {
    if (clips.length < 2) report(`link ${link}: only one clip`);
    if (new Set(clips.map((clip) => project.tracks[clip.track]?.sequence)).size > 1)
      report(`link ${link}: over two sequences`);
  }
}

function checkEffects(project: Project, report: Report): void {
  for (const effect of Object.values(project.effects)) {
    const clip = project.items[effect.clip];
    if (clip?.type !== 'clip' || !clip.effects.includes(effect.id)) report(`effect ${effect.id}: not on its clip`);
    if (effect.actor !== null && !project.actors[effect.actor]) report(`effect ${effect.id}: no actor ${effect.actor}`);
    for (const name of Object.keys(effect.parameters)) {
      const parameter = parameterOf(effect, name);
      if (parameter?.kind !== 'keyed') continue;
      if (parameter.keys.some((key, index) => index > 0 && parameter.keys[index - 1]!.frame >= key.frame))
        report(`effect ${effect.id}: keys of ${name} out of order`);
    }
    for (const value of Object.values(effect.settings))
      if (typeof value === 'object' && value !== null && !project.media[value.media])
        report(`effect ${effect.id}: no media ${value.media}`);
  }
}

/**
 * What is wrong with a document beyond its shape, one sentence each; empty when all is well: tracks hold each item
 * once, clips lie inside their media on the right kind of track, gaps and transitions are in normal form, links join at
 * least two clips of one sequence, effects and their clips agree, keys and markers are sorted, references exist.
 */
export function checkProject(project: Project): string[] {
  const faults: string[] = [];
  const report: Report = (fault) => void faults.push(fault);
  const seen = new Set<string>();
  for (const sequence of Object.values(project.sequences)) {
    for (const id of sequence.tracks)
      if (project.tracks[id]?.sequence !== sequence.id) report(`sequence ${sequence.id}: no track ${id}`);
    if (!project.head.sequenceOrder.includes(sequence.id)) report(`sequence ${sequence.id}: not in the order`);
    if (sequence.inPoint !== null && sequence.outPoint !== null && sequence.inPoint >= sequence.outPoint)
      report(`sequence ${sequence.id}: in after out`);
    sortedMarkers(sequence.markers, `sequence ${sequence.id}`, report);
  }
  for (const id of project.head.sequenceOrder) if (!project.sequences[id]) report(`order: no sequence ${id}`);
  for (const track of Object.values(project.tracks)) checkTrack(project, track, seen, report);
  for (const id of Object.keys(project.items)) if (!seen.has(id)) report(`item ${id}: on no track`);
  checkLinks(project, report);
  checkEffects(project, report);
  for (const performance of Object.values(project.performances)) {
    if (!project.media[performance.media]) report(`performance ${performance.id}: no media ${performance.media}`);
    for (const actor of Object.values(performance.actors))
      if (!project.actors[actor]) report(`performance ${performance.id}: no actor ${actor}`);
  }
  return faults;
}
