using LibMoE.Dashboard;
using Microsoft.Extensions.DependencyInjection;

namespace LibMoE.Runtime;

/// <summary>Gives a program the verb <c>watch</c>.</summary>
public static class DashboardServices
{
    /// <summary>Registers the server of the live report.</summary>
    public static IServiceCollection AddDashboard(this IServiceCollection services) => services.AddSingleton<IDashboard, DashboardServer>();
}
