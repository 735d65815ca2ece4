/** Sentences that several features share. */
export const en = {
  product: 'Pairloom',
  action: {
    cancel: 'Cancel',
    close: 'Close',
    copy: 'Copy',
    copied: 'Copied',
    create: 'Create',
    delete: 'Delete',
    remove: 'Remove',
    rename: 'Rename',
    retry: 'Try again',
    save: 'Save',
    undo: 'Undo',
    more: 'More actions',
    back: 'Back',
    show: 'Show',
    hide: 'Hide',
    dismiss: 'Dismiss',
  },
  copy: {
    failed: 'This browser cannot copy from here. Press {{key}} to copy the selected text.',
  },
  state: {
    loading: 'Loading',
    saving: 'Saving…',
    saved: 'Saved',
  },
  role: {
    owner: 'Owner',
    admin: 'Admin',
    editor: 'Editor',
    viewer: 'Viewer',
    link: 'Guest',
  },
  error: {
    network: 'The server cannot be reached. Check the connection, then try again.',
    request: 'Request {{id}}',
  },
  toast: {
    region: 'Notices',
  },
} as const
