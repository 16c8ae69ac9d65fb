/** The sounds of English as a mouth makes them: where the first three formants lie, what buzzes, what hisses, how long. */

export interface Sound {
  readonly formantsHz: readonly [number, number, number];
  readonly ms: number;
  /** 0–1 each: the buzz of the voice, breath through the whole mouth, a hiss behind the teeth or lips. */
  readonly voiced: number;
  readonly breath: number;
  readonly hiss: number;
  /** Where the hiss is loudest. */
  readonly hissHz: number;
}

const sound = (
  formantsHz: readonly [number, number, number],
  ms: number,
  parts: Partial<Sound> = {},
): Sound => ({ formantsHz, ms, voiced: 1, breath: 0, hiss: 0, hissHz: 3000, ...parts });

/** Lips or tongue shut, then a burst, then breath (voiceless only). */
const stop = (locus: readonly [number, number, number], hissHz: number, voiced: boolean): Sound[] =>
  voiced
    ? [sound(locus, 50, { voiced: 0.18 }), sound(locus, 12, { voiced: 0.4, hiss: 0.35, hissHz })]
    : [
        sound(locus, 60, { voiced: 0 }),
        sound(locus, 15, { voiced: 0, hiss: 0.7, hissHz }),
        sound(locus, 30, { voiced: 0, breath: 0.6, hiss: 0.1, hissHz }),
      ];

const hissing = (
  formantsHz: readonly [number, number, number],
  ms: number,
  hiss: number,
  hissHz: number,
  voiced = 0,
): Sound => sound(formantsHz, ms, { voiced, hiss, hissHz });

const vowels = {
  AA: [730, 1090, 2440],
  AE: [660, 1720, 2410],
  AH: [640, 1190, 2390],
  AO: [570, 840, 2410],
  AX: [500, 1500, 2500],
  EH: [530, 1840, 2480],
  ER: [490, 1350, 1690],
  IH: [390, 1990, 2550],
  IY: [270, 2290, 3010],
  UH: [440, 1020, 2240],
  UW: [300, 870, 2240],
} as const;

const glide = (from: keyof typeof vowels, to: keyof typeof vowels): Sound[] => [
  sound(vowels[from], 110),
  sound(vowels[to], 70),
];

const lips = [250, 800, 2100] as const;
const teeth = [250, 1750, 2600] as const;
const palate = [250, 2000, 2400] as const;

/**
 * ARPAbet → sounds. Formants of the vowels: men's means of G. E. Peterson and H. L. Barney, "Control methods used in a study of the
 * vowels", JASA 24 (1952); the rest after Klatt (1980), table II.
 */
export const sounds: Readonly<Record<string, readonly Sound[]>> = {
  ...Object.fromEntries(
    Object.entries(vowels).map(([name, formants]) => [name, [sound(formants, 110)]]),
  ),
  AY: glide('AA', 'IY'),
  AW: glide('AA', 'UH'),
  EY: glide('EH', 'IY'),
  OW: glide('AO', 'UH'),
  OY: glide('AO', 'IY'),
  M: [sound([270, 1100, 2200], 70, { voiced: 0.45 })],
  N: [sound([270, 1600, 2600], 65, { voiced: 0.45 })],
  NG: [sound([270, 2100, 2700], 80, { voiced: 0.45 })],
  L: [sound([360, 1100, 2600], 65, { voiced: 0.7 })],
  R: [sound([330, 1060, 1450], 70, { voiced: 0.7 })],
  W: [sound([300, 650, 2200], 70, { voiced: 0.6 })],
  Y: [sound([270, 2250, 2950], 60, { voiced: 0.6 })],
  HH: [sound([550, 1500, 2500], 60, { voiced: 0, breath: 1 })],
  S: [hissing([320, 1390, 2530], 100, 0.45, 3700)],
  Z: [hissing([300, 1390, 2530], 80, 0.25, 3700, 0.4)],
  SH: [hissing([300, 1840, 2750], 100, 0.5, 2500)],
  F: [hissing([340, 1100, 2080], 90, 0.12, 3200)],
  V: [hissing([280, 1100, 2080], 60, 0.06, 3200, 0.5)],
  TH: [hissing([320, 1290, 2540], 80, 0.1, 3400)],
  DH: [hissing([270, 1290, 2540], 50, 0.04, 3400, 0.5)],
  P: stop(lips, 900, false),
  B: stop(lips, 900, true),
  T: stop(teeth, 3600, false),
  D: stop(teeth, 3600, true),
  K: stop(palate, 1900, false),
  G: stop(palate, 1900, true),
  CH: [...stop(teeth, 3000, false).slice(0, 1), hissing([300, 1840, 2750], 80, 0.5, 2600)],
  ',': [sound([500, 1500, 2500], 220, { voiced: 0 })],
  '.': [sound([500, 1500, 2500], 60, { voiced: 0 })],
};
