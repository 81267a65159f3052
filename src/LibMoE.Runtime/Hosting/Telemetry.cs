using LibMoE.Runtime.Reporting.Watching;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;

namespace LibMoE.Runtime.Hosting;

/// <summary>Sends the instruments of <see cref="TrainingMeter"/> to an OpenTelemetry collector, where one is configured.</summary>
internal static class Telemetry
{
    private const int MillisecondsBetweenExports = 5000;

    /// <summary>Registers the exporter; nothing happens without an endpoint. What is left is sent when the host is disposed.</summary>
    public static void AddTo(IServiceCollection services, WatchOptions options)
    {
        if (options.OtlpEndpoint is not { } endpoint || options.Problems().Count > 0)
        {
            return;
        }

        services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter(TrainingMeter.Name).AddOtlpExporter((exporter, reader) =>
        {
            exporter.Protocol = options.OtlpProtocol == OtlpProtocol.Grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
            exporter.Endpoint = options.OtlpProtocol == OtlpProtocol.HttpProtobuf && endpoint.AbsolutePath == "/"
                ? new Uri(endpoint, "v1/metrics")
                : endpoint;
            reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = MillisecondsBetweenExports;
        }));
    }
}
