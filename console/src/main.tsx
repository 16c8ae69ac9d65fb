import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { preferredLanguage, speak } from './i18n/language.ts';

const place = document.getElementById('root');
if (!place) throw new Error('the page has no place for the console');
await speak(preferredLanguage());
createRoot(place).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
