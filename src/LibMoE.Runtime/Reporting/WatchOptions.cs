namespace LibMoE.Runtime;

/// <summary>How progress is shown on the screen, and what <see cref="TrackingOptions"/> leave open;
/// configuration section <c>Watch</c>.</summary>
public sealed record WatchOptions
{
    /// <summary>Writes a TensorBoard event file into each cell's folder.</summary>
    public bool TensorBoard { get; init; } = true;

    /// <summary>The shortest time between two lines of progress where the output is redirected; 0 writes every report.</summary>
    public double SecondsBetweenLines { get; init; } = 10;

    /// <summary>
    /// Where OpenTelemetry metrics and traces are sent, such as <c>http://localhost:4318</c>; null sends none. The instruments of the meter
    /// <c>LibMoE.Training</c> are there in any case, for <c>dotnet-counters</c> and the like.
    /// </summary>
    public Uri? OtlpEndpoint { get; init; }

    /// <summary>How they are sent.</summary>
    public OtlpProtocol OtlpProtocol { get; init; } = OtlpProtocol.HttpProtobuf;

    /// <summary>What is wrong, one sentence each; empty where all is well.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        if (SecondsBetweenLines is not (>= 0 and <= 86400))
        {
            problems.Add(FormattableString.Invariant($"Watch:SecondsBetweenLines is {SecondsBetweenLines}; it must be from 0 to 86400."));
        }

        if (OtlpEndpoint is { IsAbsoluteUri: true, UserInfo.Length: > 0 })
        {
            problems.Add(
                "Watch:OtlpEndpoint holds a user or a password, which are not kept with a run: they go into OTEL_EXPORTER_OTLP_HEADERS.");
        }
        else if (OtlpEndpoint is not (null or { IsAbsoluteUri: true, Scheme: "http" or "https" }))
        {
            problems.Add($"Watch:OtlpEndpoint is '{OtlpEndpoint.OriginalString}'; it must be an address such as http://localhost:4318.");
        }

        return problems;
    }
}

/// <summary>The protocols of OTLP.</summary>
public enum OtlpProtocol
{
    /// <summary>Protocol buffers over HTTP, usually at port 4318; <c>/v1/metrics</c> is appended to an address without a path.</summary>
    HttpProtobuf,

    /// <summary>gRPC, usually at port 4317.</summary>
    Grpc,
}
