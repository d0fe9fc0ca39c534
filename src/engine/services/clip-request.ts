import type { PresetId } from '../../contract/presets.ts';

/** Which clip shall be edited and where the result goes; texts as a person typed them. */
export interface ClipRequest {
  readonly clip: string;
  readonly from?: string | undefined;
  readonly until?: string | undefined;
  readonly performance?: string | undefined;
  readonly out?: string | undefined;
  readonly preset: PresetId;
  readonly layers?: string | undefined;
}
