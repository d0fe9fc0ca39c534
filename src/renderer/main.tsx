import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { useStudio } from './state/studio.ts';
import 'dockview-react/dist/styles/dockview.css';
import './styles/index.css';

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);

// For whoever looks into a running studio from the browser's console, and for its tests.
Object.assign(globalThis, { retake: useStudio });
