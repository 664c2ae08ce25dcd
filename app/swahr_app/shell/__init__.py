"""The window around the pages: menus, header, dialogs, log, languages, start and end."""
