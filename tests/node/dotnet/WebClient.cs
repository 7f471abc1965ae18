// System.Net.WebClient over the mirror. Compiled by FakeNode.Enter.ps1, needs only the assemblies PowerShell brings.

namespace Lab
{
    // Stands in for System.Net.WebClient: same calls, but through the mirror.
    public class WebClient
    {
        public System.Net.WebHeaderCollection Headers { get; } = new System.Net.WebHeaderCollection();
        public string Mirror = Environment.GetEnvironmentVariable("LAB_MIRROR") ?? "";
        public object Proxy { get; set; }
        public Encoding Encoding { get; set; } = Encoding.UTF8;
        byte[] Get(string url)
        {
            if (Environment.GetEnvironmentVariable("LAB_NETWORK") == "off") throw new System.Net.WebException("The remote name could not be resolved: '" + new Uri(url).Host + "'");
            var u = new Uri(url);
            using (var c = new System.Net.Http.HttpClient())
            {
                c.Timeout = TimeSpan.FromSeconds(5);
                var rq = new System.Net.Http.HttpRequestMessage(System.Net.Http.HttpMethod.Get, Mirror + "/" + u.Host + u.PathAndQuery);
                foreach (string h in Headers.AllKeys) rq.Headers.TryAddWithoutValidation(h, Headers[h]);
                var rs = c.SendAsync(rq).GetAwaiter().GetResult();
                Node.Trace("http", "WebClient", url, (int)rs.StatusCode);
                if (!rs.IsSuccessStatusCode) throw new System.Net.WebException("The remote server returned an error: (" + (int)rs.StatusCode + ") " + rs.ReasonPhrase + ".");
                return rs.Content.ReadAsByteArrayAsync().GetAwaiter().GetResult();
            }
        }
        public void DownloadFile(string url, string file) { var b = Get(url); File.WriteAllBytes(Node.ToNative(file), b); }
        public void DownloadFile(Uri url, string file) { DownloadFile(url.ToString(), file); }
        public string DownloadString(string url) { return Encoding.GetString(Get(url)); }
        public byte[] DownloadData(string url) { return Get(url); }
        public void Dispose() { }
    }
}
