import { Alert, createTheme, type CSSVariablesResolver } from '@mantine/core';

/**
 * What floats stays where it belongs, also for those who go from landmark to landmark: not at the end of the page, outside of all. Fixed,
 * so that no list that scrolls cuts it off.
 */
const inPlace = { defaultProps: { withinPortal: false, floatingStrategy: 'fixed' } } as const;

/** The list itself scrolls, which the keyboard moves in; the library would put one more box around it that no key reaches. */
const choices = {
  defaultProps: { withScrollArea: false },
  styles: {
    options: { maxHeight: 220, overflowY: 'auto' },
    option: { overflowWrap: 'anywhere' },
  },
} as const;

export const theme = createTheme({
  primaryColor: 'cyan',
  // Dark enough for white text on it (4.5 : 1), in both schemes.
  primaryShade: { light: 9, dark: 9 },
  defaultRadius: 'sm',
  fontFamily:
    'Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans CJK SC", sans-serif',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    // Its own coloured title is too pale on its own pale ground.
    Alert: Alert.extend({ styles: { title: { color: 'var(--mantine-color-text)' } } }),
    // By name alone: what only some pages use is loaded with them.
    Tooltip: inPlace,
    Popover: inPlace,
    Combobox: inPlace,
    // It opens with its first entry chosen, without an empty place before it that is no entry.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    Select: choices,
    MultiSelect: choices,
    TagsInput: choices,
  },
});

/** The library's quiet text is too pale to read on its own backgrounds (WCAG 1.4.3). */
export const readable: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#53595f',
    '--mantine-color-placeholder': '#6a7178',
    '--mantine-color-anchor': '#0a6577',
    '--mantine-color-error': '#c92a2a',
    '--mantine-color-cyan-filled-hover': '#095c6b',
    '--mantine-primary-color-filled-hover': '#095c6b',
  },
  dark: {
    '--mantine-color-dimmed': '#a9afb6',
    '--mantine-color-placeholder': '#949ba3',
    '--mantine-color-anchor': '#66d9e8',
    '--mantine-color-error': '#ff8787',
    '--mantine-color-violet-outline': '#b197fc',
    '--mantine-color-cyan-filled-hover': '#095c6b',
    '--mantine-primary-color-filled-hover': '#095c6b',
  },
});
