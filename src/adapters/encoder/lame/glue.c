/*
 * What lame.wasm offers to the outside: encoders of 16-bit samples with a constant bit rate, each with its own room for samples and
 * for what comes out. Built with LAME by tools/build-lame.
 */
#include <stdlib.h>

#include "lame.h"

typedef struct {
  lame_global_flags *lame;
  short *pcm[2];
  unsigned char *out;
  int frames;
  int out_bytes;
} encoder;

/* LAME asks for this much at least, whenever it may have something to give. */
enum { least_out_bytes = 7200 };

void encoder_close(encoder *self) {
  if (self == NULL) return;
  if (self->lame != NULL) lame_close(self->lame);
  free(self->pcm[0]);
  free(self->pcm[1]);
  free(self->out);
  free(self);
}

/* Makes room for `frames` samples of each channel. Moves the room when it grows. 0, or -1 when there is no memory. */
int encoder_reserve(encoder *self, int frames) {
  if (frames <= self->frames) return 0;
  for (int channel = 0; channel < 2; channel++) {
    short *pcm = realloc(self->pcm[channel], (size_t)frames * sizeof(short));
    if (pcm == NULL) return -1;
    self->pcm[channel] = pcm;
  }
  const int out_bytes = frames + frames / 4 + least_out_bytes;
  unsigned char *out = realloc(self->out, (size_t)out_bytes);
  if (out == NULL) return -1;
  self->out = out;
  self->out_bytes = out_bytes;
  self->frames = frames;
  return 0;
}

/* NULL when LAME does not take these settings or there is no memory. */
encoder *encoder_open(int sample_rate_hz, int channels, int kbps, int quality) {
  encoder *self = calloc(1, sizeof(encoder));
  if (self == NULL) return NULL;
  self->lame = lame_init();
  if (self->lame == NULL || encoder_reserve(self, 1) != 0) {
    encoder_close(self);
    return NULL;
  }
  lame_set_in_samplerate(self->lame, sample_rate_hz);
  lame_set_out_samplerate(self->lame, sample_rate_hz);
  lame_set_num_channels(self->lame, channels);
  lame_set_mode(self->lame, channels == 1 ? MONO : JOINT_STEREO);
  lame_set_VBR(self->lame, vbr_off);
  lame_set_brate(self->lame, kbps);
  lame_set_quality(self->lame, quality);
  /* The first frame with the length is written outside, where the length is known. */
  lame_set_bWriteVbrTag(self->lame, 0);
  if (lame_init_params(self->lame) < 0) {
    encoder_close(self);
    return NULL;
  }
  return self;
}

short *encoder_pcm(encoder *self, int channel) { return self->pcm[channel]; }

unsigned char *encoder_out(encoder *self) { return self->out; }

/* Encodes the first `frames` samples of the room; bytes that came out, or less than 0. */
int encoder_encode(encoder *self, int frames) {
  return lame_encode_buffer(self->lame, self->pcm[0], self->pcm[1], frames, self->out, self->out_bytes);
}

/* What LAME still holds back; once, last. */
int encoder_flush(encoder *self) {
  return lame_encode_flush(self->lame, self->out, self->out_bytes);
}
