import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PRESET_IDS } from '../../contract/presets.ts';
import { mediaCapabilities } from './capabilities.ts';
import { fingerprintMedia } from './fingerprint.ts';
import { encoderFault } from './hardware-encoder.ts';
import { MEDIA_PRESETS } from './presets.ts';

describe('mediaCapabilities', () => {
  it('finds every software encoder and tells the licence', async () => {
    const found = await mediaCapabilities();
    expect(found.presets.map(({ id }) => id)).toEqual([...PRESET_IDS]);
    expect(found.presets.filter(({ available }) => !available)).toEqual([]);
    expect(found.ffmpeg).toMatch(/^8\./);
    expect(found.licence).toBe('GPL version 3 or later');
    expect(found.missingDecoders).toEqual([]);
  });

  it('sorts each hardware encoder under working or under why not', async () => {
    const { presets } = await mediaCapabilities();
    for (const { id, hardware, faults } of presets) {
      const preset = MEDIA_PRESETS.find((each) => each.id === id)!;
      expect(hardware.length + faults.length).toBe(preset.kind === 'file' ? preset.hardware.length : 0);
    }
  });

  it('an encoder is tried by encoding: libx264 works, a made-up one does not', async () => {
    expect(await encoderFault('libx264')).toBeNull();
    expect(await encoderFault('no_such_encoder')).toContain('no_such_encoder');
  });
});

describe('fingerprintMedia', () => {
  it('is the hash of the bytes, and of names and bytes for a folder', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'retake-print-'));
    try {
      const sha = (text: string): string => createHash('sha256').update(text).digest('hex');
      await writeFile(join(folder, 'frame-1.png'), 'one');
      expect(await fingerprintMedia(join(folder, 'frame-1.png'))).toBe(`sha256:${sha('one')}`);
      expect(await fingerprintMedia(folder)).toBe(`sha256:${sha(`frame-1.png\0${sha('one')}\n`)}`);
      await expect(fingerprintMedia(join(folder, 'frame-1.png'), AbortSignal.abort())).rejects.toMatchObject({
        code: 'cancelled',
      });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
