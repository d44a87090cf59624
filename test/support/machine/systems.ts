/** For what is found out by `/proc`. */
export const itOnLinux = process.platform === "linux" ? it : it.skip;

/** For what needs signals that one process sends to another, permissions of files, or a shell: Windows has none of them. */
export const itOnUnix = process.platform === "win32" ? it.skip : it;
export const describeOnUnix = process.platform === "win32" ? describe.skip : describe;
