using System.Diagnostics;
using System.Globalization;
using LibMoE.Federated.Contract;

namespace LibMoE.Federated.Tests;

/// <summary>Servers and clients in Python: Flower's own, and short ones of Debian's gRPC and numpy that hold the other end of the same
/// service.</summary>
internal static class FlowerPeers
{
    /// <summary>Flower's own.</summary>
    public const string Flwr = "flwr";

    /// <summary>Of gRPC and numpy.</summary>
    public const string Grpc = "grpc";

    /// <summary>Arguments: port, rounds, members. FedAvg over all members; prints failures and losses of rounds, and the last parameters.
    /// </summary>
    private const string FlwrServer = """
        import base64, sys
        import flwr
        from flwr.server.strategy import FedAvg

        class Kept(FedAvg):
            def aggregate_fit(self, server_round, results, failures):
                answer = super().aggregate_fit(server_round, results, failures)
                self.last = answer[0]
                print("failures", len(failures), flush=True)
                return answer

        port, rounds, members = sys.argv[1:4]
        kept = Kept(min_fit_clients=int(members), min_evaluate_clients=int(members), min_available_clients=int(members))
        history = flwr.server.start_server(
            server_address="127.0.0.1:" + port, config=flwr.server.ServerConfig(num_rounds=int(rounds)), strategy=kept)
        for number, loss in history.losses_distributed:
            print("loss", number, loss)
        for array in kept.last.tensors:
            print("array", base64.b64encode(array).decode())
        """;

    /// <summary>Arguments: address, number. It adds its number to every parameter and weighs ten times that.</summary>
    private const string FlwrClient = """
        import sys
        import flwr, numpy

        address, number = sys.argv[1], int(sys.argv[2])

        class Member(flwr.client.NumPyClient):
            def get_properties(self, config):
                return {"name": f"python {number}"}

            def get_parameters(self, config):
                return [numpy.arange(6, dtype=numpy.float32).reshape(2, 3), numpy.array([0.5, -0.5])]

            def fit(self, parameters, config):
                return [values + number for values in parameters], 10 * number, {}

            def evaluate(self, parameters, config):
                return float(number), number, {"accuracy": 1 / number}

        flwr.client.start_client(server_address=address, client=Member().to_client())
        """;

    /// <summary>Messages of a contract that is the last argument, and arrays as they carry them.</summary>
    private const string GrpcMessages = """
        import base64, io, queue, sys
        from concurrent import futures
        import grpc, numpy
        from google.protobuf import descriptor_pool, message_factory

        pool = descriptor_pool.DescriptorPool()
        pool.AddSerializedFile(base64.b64decode(sys.argv[-1]))
        make = getattr(message_factory, "GetMessageClass", None) or message_factory.MessageFactory(pool).GetPrototype
        Asked, Answer = (make(pool.FindMessageTypeByName("flwr.proto." + name)) for name in ("ServerMessage", "ClientMessage"))

        def read(parameters):
            return [numpy.load(io.BytesIO(tensor), allow_pickle=False) for tensor in parameters.tensors]

        def write(parameters, arrays):
            for array in arrays:
                file = io.BytesIO()
                numpy.save(file, array, allow_pickle=False)
                parameters.tensors.append(file.getvalue())
            parameters.tensor_type = "numpy.ndarray"

        """;

    /// <summary>As <see cref="FlwrServer"/>, after <see cref="GrpcMessages"/>: w = Σ n·w/Σ n.</summary>
    private const string GrpcServer = """
        port, rounds, members = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
        joined = queue.Queue()

        def join(answers, context):
            asked, told = queue.Queue(), queue.Queue()
            joined.put((asked, told))
            while (question := asked.get()) is not None:
                yield question
                told.put(next(answers))

        server = grpc.server(futures.ThreadPoolExecutor(members))
        server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("flwr.proto.FlowerService", {
            "Join": grpc.stream_stream_rpc_method_handler(join, Answer.FromString, Asked.SerializeToString)}),))
        server.add_insecure_port("127.0.0.1:" + port)
        server.start()
        peers = [joined.get(timeout=60) for _ in range(members)]

        def ask(question, peers):
            for asked, told in peers:
                asked.put(question)
            return [told.get(timeout=60) for asked, told in peers]

        def mean(pairs):
            return sum(value * examples for value, examples in pairs) / sum(examples for value, examples in pairs)

        question = Asked()
        question.get_parameters_ins.SetInParent()
        arrays, losses = read(ask(question, peers[:1])[0].get_parameters_res.parameters), []
        for number in range(1, rounds + 1):
            question = Asked()
            write(question.fit_ins.parameters, arrays)
            ended = [answer.fit_res for answer in ask(question, peers)]
            print("failures", sum(one.status.code != 0 for one in ended), flush=True)
            arrays = [mean(pairs) for pairs in zip(*[[(array, one.num_examples) for array in read(one.parameters)] for one in ended])]
            question = Asked()
            write(question.evaluate_ins.parameters, arrays)
            measured = [answer.evaluate_res for answer in ask(question, peers)]
            losses.append(mean([(one.loss, one.num_examples) for one in measured]))
        question = Asked()
        question.reconnect_ins.SetInParent()
        ask(question, peers)
        for asked, told in peers:
            asked.put(None)
        server.stop(5).wait()
        for number, loss in enumerate(losses, 1):
            print("loss", number, loss)
        for array in arrays:
            file = io.BytesIO()
            numpy.save(file, array)
            print("array", base64.b64encode(file.getvalue()).decode())
        """;

    /// <summary>As <see cref="FlwrClient"/>, after <see cref="GrpcMessages"/>.</summary>
    private const string GrpcClient = """
        address, number = sys.argv[1], int(sys.argv[2])

        def answer(asked):
            answer, kind = Answer(), asked.WhichOneof("msg")
            if kind == "reconnect_ins":
                answer.disconnect_res.reason = 4
                return answer
            result = getattr(answer, kind.replace("_ins", "_res"))
            result.status.message = "Success"
            if kind == "get_properties_ins":
                result.properties["name"].string = f"python {number}"
            elif kind == "get_parameters_ins":
                write(result.parameters, [numpy.arange(6, dtype=numpy.float32).reshape(2, 3), numpy.array([0.5, -0.5])])
            elif kind == "fit_ins":
                write(result.parameters, [array + number for array in read(asked.fit_ins.parameters)])
                result.num_examples = 10 * number
            else:
                result.loss, result.num_examples = number, number
                result.metrics["accuracy"].double = 1 / number
            return answer

        answers = queue.Queue()
        with grpc.insecure_channel(address) as channel:
            join = channel.stream_stream("/flwr.proto.FlowerService/Join", Answer.SerializeToString, Asked.FromString)
            for asked in join(iter(answers.get, None)):
                answers.put(answer(asked))
                if asked.WhichOneof("msg") == "reconnect_ins":
                    answers.put(None)
        """;

    /// <summary>The version of flwr whose messages are known here.</summary>
    private const string FlwrVersion = "1.8.0";

    private static string Contract => Convert.ToBase64String(FlowerReflection.Descriptor.SerializedData.ToByteArray());

    /// <summary>The Python that has what a kind needs; else the test is skipped with what is missing.</summary>
    public static string PythonFor(string kind)
    {
        string[] modules = kind == Flwr ? ["flwr"] : ["grpc", "google.protobuf", "numpy"];
        var python = Python.With(string.Join(", ", modules));
        Skip.If(python is null, $"python3 cannot import {string.Join(", ", modules)} here.");
        var version = Python.Says(python!, $"import {modules[0]}; print({modules[0]}.__version__)");
        Skip.If(kind == Flwr && version != FlwrVersion, $"flwr is {version} here; what is tested is {FlwrVersion}.");
        return python!;
    }

    /// <summary>Starts a server that listens on this machine.</summary>
    public static Process Serve(string kind, string python, int port, int rounds, int members) => Python.Start(
        python, kind == Flwr ? FlwrServer : GrpcMessages + GrpcServer, Text(port), Text(rounds), Text(members), Contract);

    /// <summary>Starts a client.</summary>
    /// <param name="kind">Whose.</param>
    /// <param name="python">By which Python.</param>
    /// <param name="address">Host and port.</param>
    /// <param name="number">What it adds, and is called by.</param>
    public static Process Join(string kind, string python, string address, int number) => Python.Start(
        python, kind == Flwr ? FlwrClient : GrpcMessages + GrpcClient, address, Text(number), Contract);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
