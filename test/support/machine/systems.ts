/** For tests that read `/proc`. */
export const itOnLinux = process.platform === "linux" ? it : it.skip;

/**
 * For tests that need signals between processes, file permissions, or a shell: Windows does not
 * have them.
 */
export const itOnUnix = process.platform === "win32" ? it.skip : it;
export const describeOnUnix = process.platform === "win32" ? describe.skip : describe;
