/** Whether a path is that of the IDE: a workspace, or a file in it, and none of the workspace's other pages. */
export const isIdePath = (pathname: string): boolean => /^\/w\/[^/]+(\/f\/.*|\/?)$/.test(pathname)
