#pragma once
#include <curl/curl.h>

// Swift cannot call variadic functions: one for each kind of value.
static inline CURLcode billrun_curl_set_long(CURL *curl, CURLoption option, long value) {
  return curl_easy_setopt(curl, option, value);
}

static inline CURLcode billrun_curl_set_text(CURL *curl, CURLoption option, const char *value) {
  return curl_easy_setopt(curl, option, value);
}

static inline CURLcode billrun_curl_set_pointer(CURL *curl, CURLoption option, void *value) {
  return curl_easy_setopt(curl, option, value);
}

static inline CURLcode billrun_curl_set_list(
    CURL *curl, CURLoption option, struct curl_slist *value) {
  return curl_easy_setopt(curl, option, value);
}

typedef size_t (*billrun_curl_sink)(char *bytes, size_t size, size_t count, void *owner);

static inline CURLcode billrun_curl_set_sink(
    CURL *curl, CURLoption option, billrun_curl_sink value) {
  return curl_easy_setopt(curl, option, value);
}

typedef int (*billrun_curl_ear)(
    CURL *curl, curl_infotype kind, char *bytes, size_t count, void *owner);

static inline CURLcode billrun_curl_set_ear(CURL *curl, CURLoption option, billrun_curl_ear value) {
  return curl_easy_setopt(curl, option, value);
}

static inline CURLcode billrun_curl_get_long(CURL *curl, CURLINFO info, long *value) {
  return curl_easy_getinfo(curl, info, value);
}

static inline CURLcode billrun_curl_get_pointer(CURL *curl, CURLINFO info, void **value) {
  return curl_easy_getinfo(curl, info, (char **)value);
}

static inline CURLMcode billrun_curl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
  return curl_multi_setopt(multi, option, value);
}

// The result of a message about a transfer that is done; it is a union in C.
static inline CURLcode billrun_curl_message_result(CURLMsg *message) {
  return message->data.result;
}
