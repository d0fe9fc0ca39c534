// What the engine asks of PocketSphinx: take the files of a model, open it, hear the words in a stretch of sound.
#include <pocketsphinx.h>
#include <sphinxbase/err.h>
#include <stdio.h>
#include <string.h>

#define MOST_FILES 16

// There is no file system: what PocketSphinx opens by its name was given before.
static struct {
  char name[64];
  const void *bytes;
  size_t length;
} files[MOST_FILES];
static int given;
static char words[1 << 16];

FILE *__wrap_fopen(const char *path, const char *mode) {
  const char *slash = strrchr(path, '/');
  const char *name = slash == NULL ? path : slash + 1;
  for (int i = 0; i < given; i += 1)
    if (strcmp(files[i].name, name) == 0) return fmemopen((void *)files[i].bytes, files[i].length, mode);
  return NULL;
}

// Gives a file, whose bytes stay where they are. 0 when there are too many, or its name is too long.
int retake_give(const char *name, const void *bytes, int length) {
  if (given == MOST_FILES || strlen(name) >= sizeof files[0].name) return 0;
  strcpy(files[given].name, name);
  files[given].bytes = bytes;
  files[given].length = length;
  given += 1;
  return 1;
}

// Opens the model of the given files; NULL where they are none.
ps_decoder_t *retake_open(void) {
  err_set_logfp(NULL);
  // The mean of a whole stretch is taken off its cepstra (batch): nothing is heard live, and a mean of what came before
  // may be another voice's.
  cmd_ln_t *config = cmd_ln_init(NULL, ps_args(), TRUE, "-hmm", "model", "-lm", "words.lm.bin", "-dict", "words.dict",
                                 "-cmn", "batch", "-mmap", "no", "-remove_silence", "no", NULL);
  return config == NULL ? NULL : ps_init(config);
}

// Words in 16 kHz samples, one a line: word, first and last frame of 10 ms, logarithm to the base of
// 1.0001 of how well its sounds fit. NULL where no way through them was found.
const char *retake_hear(ps_decoder_t *decoder, const int16 *samples, int count) {
  size_t used = 0;
  words[0] = 0;
  // What noise there was before is forgotten: the same sound is heard alike whatever came before it.
  if (ps_start_stream(decoder) < 0 || ps_start_utt(decoder) < 0) return NULL;
  int heard = ps_process_raw(decoder, samples, count, FALSE, TRUE);
  if (ps_end_utt(decoder) < 0 || heard < 0) return NULL;
  for (ps_seg_t *at = ps_seg_iter(decoder); at != NULL; at = ps_seg_next(at)) {
    int first, last, fit;
    ps_seg_frames(at, &first, &last);
    ps_seg_prob(at, &fit, NULL, NULL);
    used += snprintf(words + used, sizeof words - used, "%s %d %d %d\n", ps_seg_word(at), first, last, fit);
    if (used >= sizeof words) {
      ps_seg_free(at);
      return NULL;
    }
  }
  return words;
}
