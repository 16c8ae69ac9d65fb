import { Alert, createTheme, type CSSVariablesResolver } from '@mantine/core';

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
