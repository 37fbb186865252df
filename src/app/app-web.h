/* HTML letters, in a loadable module: linking WebKitGTK alone would cost every start 30 MB, so it
 * is opened with the first HTML letter. The module shows what mail-html made safe, runs no script,
 * and reaches no network unless remote pictures were asked for. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Gives the bytes and MIME type of part @index for `restante-part:INDEX`. %NULL: there is none.
 * (transfer full) */
typedef GBytes *(*AppWebPart) (guint index, char **mime_type, gpointer data);
/* The person chose a link / the pointer is over one (NULL: no longer). */
typedef void (*AppWebLink) (const char *uri, gpointer data);
/* The document given last is on the screen, or will be with the next frame. */
typedef void (*AppWebShown) (gpointer data);

typedef struct
{
  GtkWidget *(*create) (
      AppWebPart part, AppWebLink open, AppWebLink hover, AppWebShown shown, gpointer data);
  /* Shows a whole document. @remote: http and https pictures may be loaded. */
  void (*load) (GtkWidget *widget, const char *html, gboolean remote);
} AppWebModule;

/* Opens the module; %NULL with an error when WebKitGTK is not there. */
const AppWebModule *app_web_open (GError **error);

/* What the module exports, under this name. */
#define APP_WEB_SYMBOL "app_web_module"
typedef const AppWebModule *(*AppWebSymbol) (void);

G_END_DECLS
