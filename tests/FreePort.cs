using System.Net;
using System.Net.Sockets;

namespace LibMoE.Runtime.Testing;

/// <summary>A port of 127.0.0.1 that nobody listens on now.</summary>
internal static class FreePort
{
    /// <summary>Finds one; another program may take it before the caller does.</summary>
    public static int Find()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
