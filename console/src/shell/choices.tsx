import {
  ActionIcon,
  NativeSelect,
  Tooltip,
  useMantineColorScheme,
  useComputedColorScheme,
} from '@mantine/core';
import { IconMoon, IconSun } from '@tabler/icons-react';
import { chooseLanguage, languages, useLanguage, useText } from '../i18n/language.ts';

export const LanguageMenu = () => {
  const t = useText();
  const language = useLanguage();
  return (
    <NativeSelect
      size="xs"
      w={116}
      aria-label={t('shell.language')}
      value={language}
      onChange={(event) => {
        const chosen = languages.find(({ code }) => code === event.currentTarget.value);
        if (chosen) void chooseLanguage(chosen.code);
      }}
      data={languages.map(({ code, name }) => ({ value: code, label: name }))}
    />
  );
};

export const ThemeButton = () => {
  const t = useText();
  const { setColorScheme } = useMantineColorScheme();
  const isDark = useComputedColorScheme('light') === 'dark';
  const label = isDark ? t('shell.light') : t('shell.dark');
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant="default"
        size={30}
        aria-label={label}
        onClick={() => setColorScheme(isDark ? 'light' : 'dark')}
      >
        {isDark ? <IconSun size={16} /> : <IconMoon size={16} />}
      </ActionIcon>
    </Tooltip>
  );
};
