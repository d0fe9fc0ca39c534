/** Output formats that `--preset` offers, in the order of the help text. */
export const PRESET_IDS = ['h264', 'h265', 'prores422hq', 'dnxhr', 'ffv1', 'png-sequence', 'exr-sequence'] as const;

/** One of {@link PRESET_IDS}. */
export type PresetId = (typeof PRESET_IDS)[number];

/** What a preset writes: the extension of a new file (a folder for sequences), and for whom it is. */
export interface PresetSummary {
  readonly extension: string;
  readonly sequence: boolean;
  readonly help: string;
}

/** Extension and purpose of each preset. */
export const PRESETS: Readonly<Record<PresetId, PresetSummary>> = {
  h264: { extension: '.mp4', sequence: false, help: 'H.264 in MP4, plays everywhere' },
  h265: { extension: '.mp4', sequence: false, help: 'H.265 in MP4, smaller' },
  prores422hq: { extension: '.mov', sequence: false, help: 'ProRes 422 HQ in MOV, for editing' },
  dnxhr: { extension: '.mov', sequence: false, help: 'DNxHR HQX in MOV, for editing' },
  ffv1: { extension: '.mkv', sequence: false, help: 'FFV1 in Matroska, lossless' },
  'png-sequence': { extension: '', sequence: true, help: 'a folder of PNG frames' },
  'exr-sequence': { extension: '', sequence: true, help: 'a folder of OpenEXR frames' },
};
