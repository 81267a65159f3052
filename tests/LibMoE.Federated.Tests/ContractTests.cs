using Google.Protobuf.Reflection;
using LibMoE.Federated.Contract;

namespace LibMoE.Federated.Tests;

/// <summary>Names, numbers and types of what stands on the wire are those of Flower's <c>transport.proto</c> (adap/flower, 50a719ac, of the
/// time of flwr 1.8.0), and of <c>uint64</c>, which came later: who changes one speaks with nobody.</summary>
public sealed class ContractTests
{
    [Theory]
    [InlineData(
        "ServerMessage",
        "reconnect_ins 1 ReconnectIns, get_properties_ins 2 GetPropertiesIns, get_parameters_ins 3 GetParametersIns, fit_ins 4 FitIns, "
        + "evaluate_ins 5 EvaluateIns")]
    [InlineData("ServerMessage.ReconnectIns", "seconds 1 Int64")]
    [InlineData("ServerMessage.GetPropertiesIns", "config 1 map to Scalar")]
    [InlineData("ServerMessage.GetParametersIns", "config 1 map to Scalar")]
    [InlineData("ServerMessage.FitIns", "parameters 1 Parameters, config 2 map to Scalar")]
    [InlineData("ServerMessage.EvaluateIns", "parameters 1 Parameters, config 2 map to Scalar")]
    [InlineData(
        "ClientMessage",
        "disconnect_res 1 DisconnectRes, get_properties_res 2 GetPropertiesRes, get_parameters_res 3 GetParametersRes, fit_res 4 FitRes, "
        + "evaluate_res 5 EvaluateRes")]
    [InlineData("ClientMessage.DisconnectRes", "reason 1 Reason")]
    [InlineData("ClientMessage.GetPropertiesRes", "status 1 Status, properties 2 map to Scalar")]
    [InlineData("ClientMessage.GetParametersRes", "status 1 Status, parameters 2 Parameters")]
    [InlineData("ClientMessage.FitRes", "status 1 Status, parameters 2 Parameters, num_examples 3 Int64, metrics 4 map to Scalar")]
    [InlineData("ClientMessage.EvaluateRes", "status 1 Status, loss 2 Float, num_examples 3 Int64, metrics 4 map to Scalar")]
    [InlineData("Parameters", "tensors 1 repeated Bytes, tensor_type 2 String")]
    [InlineData("Status", "code 1 Code, message 2 String")]
    [InlineData("Scalar", "double 1 Double, uint64 6 UInt64, sint64 8 SInt64, bool 13 Bool, string 14 String, bytes 15 Bytes")]
    public void A_message_has_the_fields_of_Flower_s(string message, string fields)
    {
        var path = message.Split('.');
        var described = FlowerReflection.Descriptor.FindTypeByName<MessageDescriptor>(path[0]);
        foreach (var nested in path[1..])
        {
            described = described.FindDescriptor<MessageDescriptor>(nested);
        }

        Assert.Equal($"flwr.proto.{message}", described.FullName);
        Assert.Equal(
            fields,
            string.Join(", ", described.Fields.InFieldNumberOrder().Select(field => $"{field.Name} {field.FieldNumber} {Type(field)}")));
    }

    [Theory]
    [InlineData(
        "Code",
        "OK 0, GET_PROPERTIES_NOT_IMPLEMENTED 1, GET_PARAMETERS_NOT_IMPLEMENTED 2, FIT_NOT_IMPLEMENTED 3, EVALUATE_NOT_IMPLEMENTED 4")]
    [InlineData("Reason", "UNKNOWN 0, RECONNECT 1, POWER_DISCONNECTED 2, WIFI_UNAVAILABLE 3, ACK 4")]
    public void A_list_of_words_has_the_numbers_of_Flower_s(string list, string words) => Assert.Equal(
        words, string.Join(", ", FlowerReflection.Descriptor.FindTypeByName<EnumDescriptor>(list).Values
            .Select(word => $"{word.Name} {word.Number}")));

    [Fact]
    public void The_service_has_one_call_that_streams_both_ways()
    {
        var service = Assert.Single(FlowerReflection.Descriptor.Services);
        var call = Assert.Single(service.Methods);

        Assert.Equal(("flwr.proto.FlowerService", "Join"), (service.FullName, call.Name));
        Assert.Equal(("ClientMessage", "ServerMessage"), (call.InputType.Name, call.OutputType.Name));
        Assert.True(call.IsClientStreaming && call.IsServerStreaming);
    }

    private static string Type(FieldDescriptor field) => field switch
    {
        { IsMap: true } => $"map to {field.MessageType.FindFieldByNumber(2).MessageType.Name}",
        { FieldType: FieldType.Message } => field.MessageType.Name,
        { FieldType: FieldType.Enum } => field.EnumType.Name,
        _ => (field.IsRepeated ? "repeated " : "") + field.FieldType,
    };
}
