/* The module: a WebKitGTK view that shows one safe document. What keeps it from the network is
 * layered, so that a hole in one layer is covered by the next: mail-html takes references out, the
 * document's Content-Security-Policy forbids them, a compiled filter blocks every load but ours,
 * and the session's proxy leads nowhere, so that not even a name is looked up. */
#define G_LOG_DOMAIN "app"
#include "config.h"

#include "app-web.h"

#include <glib/gi18n.h>
#include <string.h>
#include <webkit/webkit.h>

#include "mail-html.h"
#include "mail-url.h"

/* Nothing listens there, and a SOCKS5 proxy is given names instead of looking them up here. */
#define DEAD_PROXY "socks5://127.0.0.1:9"

#define FILTER_NAME "closed"
/* Every load is blocked, then our own scheme and the document itself are let through again. */
static const char filter_rules[] =
    "[{\"trigger\":{\"url-filter\":\".*\"},\"action\":{\"type\":\"block\"}},"
    "{\"trigger\":{\"url-filter\":\"^" MAIL_URL_PART_SCHEME
    ":\"},\"action\":{\"type\":\"ignore-previous-rules\"}},"
    "{\"trigger\":{\"url-filter\":\"^about:\"},\"action\":{\"type\":\"ignore-previous-rules\"}}]";

typedef struct
{
  AppWebPart part;
  AppWebLink open, hover;
  AppWebShown shown;
  gpointer data;
  WebKitWebView *closed; /* reaches nothing */
  WebKitWebView *remote; /* may load pictures; made when they are first asked for */
  char *waiting;         /* a document that waits for the filter */
} Web;

const AppWebModule *app_web_module (void);

static Web *
web_of (GtkWidget *stack)
{
  return g_object_get_data (G_OBJECT (stack), "web");
}

static void
web_free (gpointer data)
{
  Web *web = data;

  g_free (web->waiting);
  g_free (web);
}

static void
on_load_changed (WebKitWebView *view, WebKitLoadEvent event, Web *web)
{
  if (event == WEBKIT_LOAD_FINISHED)
    web->shown (web->data);
}

/* restante-part:7 */

static void
on_part (WebKitURISchemeRequest *request, gpointer data)
{
  Web *web = data;
  const char *uri = webkit_uri_scheme_request_get_uri (request);
  const char *number = strchr (uri, ':');
  g_autofree char *type = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GInputStream) stream = NULL;
  guint64 index;

  if (number != NULL && g_ascii_string_to_unsigned (number + 1, 10, 0, G_MAXUINT, &index, NULL))
    bytes = web->part ((guint) index, &type, web->data);
  if (bytes == NULL)
    {
      g_autoptr (GError) error = g_error_new (G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "no such part");

      webkit_uri_scheme_request_finish_error (request, error);
      return;
    }
  stream = g_memory_input_stream_new_from_bytes (bytes);
  webkit_uri_scheme_request_finish (request, stream, (gint64) g_bytes_get_size (bytes), type);
}

/* Links are opened elsewhere; nothing else navigates. */
static gboolean
on_decide (WebKitWebView *view,
           WebKitPolicyDecision *decision,
           WebKitPolicyDecisionType type,
           Web *web)
{
  WebKitNavigationAction *action;
  const char *uri;

  if (type == WEBKIT_POLICY_DECISION_TYPE_RESPONSE)
    return FALSE;
  action = webkit_navigation_policy_decision_get_navigation_action (
      WEBKIT_NAVIGATION_POLICY_DECISION (decision));
  uri = webkit_uri_request_get_uri (webkit_navigation_action_get_request (action));
  if (type == WEBKIT_POLICY_DECISION_TYPE_NAVIGATION_ACTION && g_str_has_prefix (uri, "about:"))
    return FALSE;
  if (webkit_navigation_action_is_user_gesture (action) &&
      (g_str_has_prefix (uri, "http:") || g_str_has_prefix (uri, "https:") ||
       g_str_has_prefix (uri, "mailto:")))
    web->open (uri, web->data);
  webkit_policy_decision_ignore (decision);
  return TRUE;
}

static void
on_hover (WebKitWebView *view, WebKitHitTestResult *hit, guint modifiers, Web *web)
{
  web->hover (webkit_hit_test_result_context_is_link (hit)
                  ? webkit_hit_test_result_get_link_uri (hit)
                  : NULL,
              web->data);
}

/* No menu item may load anything. */
static gboolean
on_context_menu (WebKitWebView *view, WebKitContextMenu *menu, WebKitHitTestResult *hit, Web *web)
{
  static const WebKitContextMenuAction kept[] = {
    WEBKIT_CONTEXT_MENU_ACTION_COPY,
    WEBKIT_CONTEXT_MENU_ACTION_SELECT_ALL,
    WEBKIT_CONTEXT_MENU_ACTION_COPY_LINK_TO_CLIPBOARD
  };
  GList *items = g_list_copy (webkit_context_menu_get_items (menu));

  for (GList *l = items; l != NULL; l = l->next)
    {
      gboolean keep = FALSE;

      for (guint i = 0; i < G_N_ELEMENTS (kept); i++)
        keep |= webkit_context_menu_item_get_stock_action (l->data) == kept[i];
      if (!keep)
        webkit_context_menu_remove (menu, l->data);
    }
  g_list_free (items);
  return webkit_context_menu_get_n_items (menu) == 0;
}

/* Letters that say nothing of margins and fonts look like the rest of the window. */
static const char default_style[] = "body { margin: 10px 18px; font-family: sans-serif; }";

static WebKitSettings *
make_settings (void)
{
  WebKitSettings *settings = webkit_settings_new ();

  g_object_set (settings,
                "enable-javascript",
                FALSE,
                "enable-javascript-markup",
                FALSE,
                "javascript-can-open-windows-automatically",
                FALSE,
                "enable-html5-database",
                FALSE,
                "enable-html5-local-storage",
                FALSE,
                "enable-media",
                FALSE,
                "enable-webaudio",
                FALSE,
                "enable-webgl",
                FALSE,
                "enable-page-cache",
                FALSE,
                "default-font-family",
                "sans-serif",
                "default-font-size",
                15,
                "enable-developer-extras",
                FALSE,
                "enable-back-forward-navigation-gestures",
                FALSE,
                "hardware-acceleration-policy",
                WEBKIT_HARDWARE_ACCELERATION_POLICY_NEVER,
                NULL);
  return settings;
}

static WebKitWebView *
make_view (Web *web, gboolean remote)
{
  g_autoptr (WebKitSettings) settings = make_settings ();
  g_autoptr (WebKitWebContext) context = webkit_web_context_new ();
  g_autoptr (WebKitNetworkSession) session = webkit_network_session_new_ephemeral ();
  g_autoptr (WebKitNetworkProxySettings) proxy = NULL;
  WebKitUserStyleSheet *style;
  WebKitWebView *view;

  webkit_web_context_set_cache_model (context, WEBKIT_CACHE_MODEL_DOCUMENT_VIEWER);
  webkit_web_context_register_uri_scheme (context, MAIL_URL_PART_SCHEME, on_part, web, NULL);
  if (!remote)
    {
      proxy = webkit_network_proxy_settings_new (DEAD_PROXY, NULL);
      webkit_network_session_set_proxy_settings (session, WEBKIT_NETWORK_PROXY_MODE_CUSTOM, proxy);
    }
  webkit_network_session_set_tls_errors_policy (session, WEBKIT_TLS_ERRORS_POLICY_FAIL);
  view = WEBKIT_WEB_VIEW (g_object_new (WEBKIT_TYPE_WEB_VIEW,
                                        "web-context",
                                        context,
                                        "network-session",
                                        session,
                                        "settings",
                                        settings,
                                        NULL));
  style = webkit_user_style_sheet_new (default_style,
                                       WEBKIT_USER_CONTENT_INJECT_ALL_FRAMES,
                                       WEBKIT_USER_STYLE_LEVEL_USER,
                                       NULL,
                                       NULL);
  webkit_user_content_manager_add_style_sheet (webkit_web_view_get_user_content_manager (view),
                                               style);
  webkit_user_style_sheet_unref (style);
  g_signal_connect (view, "decide-policy", G_CALLBACK (on_decide), web);
  g_signal_connect (view, "mouse-target-changed", G_CALLBACK (on_hover), web);
  g_signal_connect (view, "context-menu", G_CALLBACK (on_context_menu), web);
  g_signal_connect (view, "load-changed", G_CALLBACK (on_load_changed), web);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("The letter"), -1);
  return view;
}

/* Until the filter is compiled nothing is shown at all. */
static void
on_filter (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GtkWidget) stack = data;
  Web *web = web_of (stack);
  g_autoptr (GError) error = NULL;
  WebKitUserContentFilter *filter = webkit_user_content_filter_store_save_finish (
      WEBKIT_USER_CONTENT_FILTER_STORE (source), result, &error);

  if (filter == NULL)
    {
      g_warning ("the content filter cannot be compiled: %s", error->message);
      return;
    }
  webkit_user_content_manager_add_filter (webkit_web_view_get_user_content_manager (web->closed),
                                          filter);
  webkit_user_content_filter_unref (filter);
  g_object_set_data (G_OBJECT (stack), "ready", GINT_TO_POINTER (TRUE));
  if (web->waiting != NULL)
    webkit_web_view_load_html (web->closed, web->waiting, "about:blank");
  g_clear_pointer (&web->waiting, g_free);
}

static void
compile_filter (GtkWidget *stack)
{
  g_autofree char *dir = g_build_filename (g_get_user_cache_dir (), "restante", "web-filter", NULL);
  g_autoptr (WebKitUserContentFilterStore) store = webkit_user_content_filter_store_new (dir);
  g_autoptr (GBytes) rules = g_bytes_new_static (filter_rules, sizeof filter_rules - 1);

  webkit_user_content_filter_store_save (
      store, FILTER_NAME, rules, NULL, on_filter, g_object_ref (stack));
}

static GtkWidget *
create (AppWebPart part, AppWebLink open, AppWebLink hover, AppWebShown shown, gpointer data)
{
  GtkWidget *stack = gtk_stack_new ();
  Web *web = g_new0 (Web, 1);

  web->part = part;
  web->open = open;
  web->hover = hover;
  web->shown = shown;
  web->data = data;
  g_object_set_data_full (G_OBJECT (stack), "web", web, web_free);
  web->closed = make_view (web, FALSE);
  gtk_stack_add_named (GTK_STACK (stack), GTK_WIDGET (web->closed), "closed");
  compile_filter (stack);
  return stack;
}

static void
load (GtkWidget *stack, const char *html, gboolean remote)
{
  Web *web = web_of (stack);

  if (remote)
    {
      if (web->remote == NULL)
        {
          web->remote = make_view (web, TRUE);
          gtk_stack_add_named (GTK_STACK (stack), GTK_WIDGET (web->remote), "remote");
        }
      webkit_web_view_load_html (web->remote, html, "about:blank");
    }
  else if (g_object_get_data (G_OBJECT (stack), "ready") != NULL)
    {
      webkit_web_view_load_html (web->closed, html, "about:blank");
    }
  else
    {
      g_free (web->waiting);
      web->waiting = g_strdup (html);
    }
  gtk_stack_set_visible_child_name (GTK_STACK (stack), remote ? "remote" : "closed");
}

const AppWebModule *
app_web_module (void)
{
  static const AppWebModule module = { create, load };

  return &module;
}
