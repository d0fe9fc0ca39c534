import { AV_LOG_QUIET, AV_LOG_WARNING } from 'node-av/constants';
import { Log } from 'node-av/lib';

// FFmpeg talks on stderr by itself, from any thread; what matters reaches the user as a RetakeError instead.
Log.setLevel(process.env['RETAKE_FFMPEG_LOG'] ? AV_LOG_WARNING : AV_LOG_QUIET);

export * as ff from 'node-av/constants';
export * as av from 'node-av/lib';
