import { existsSync } from 'node:fs';

/** Chromium's software Vulkan driver (SwiftShader) as Debian installs it. */
export const SOFTWARE_VULKAN = process.env['RETAKE_VULKAN_ICD'] ?? '/usr/lib/chromium/vk_swiftshader_icd.json';

/** Whether the WebGPU path can be tested here; says so loudly when it cannot. */
export function hasSoftwareVulkan(): boolean {
  const found = process.platform === 'linux' && existsSync(SOFTWARE_VULKAN);
  if (!found)
    console.warn(
      `SKIPPED the WebGPU tests: no ${SOFTWARE_VULKAN}. Install Debian's chromium, or name another driver in RETAKE_VULKAN_ICD.`,
    );
  return found;
}
